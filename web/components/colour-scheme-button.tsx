import { ActionIcon, type MantineColorScheme, useMantineColorScheme } from "@mantine/core";
import { IconDeviceDesktop, IconMoon, IconSun } from "@tabler/icons-react";

const schemes = {
  auto: { Icon: IconDeviceDesktop, name: "the system’s", next: "light" },
  light: { Icon: IconSun, name: "light", next: "dark" },
  dark: { Icon: IconMoon, name: "dark", next: "auto" },
} as const satisfies Record<
  MantineColorScheme,
  { Icon: typeof IconSun; name: string; next: MantineColorScheme }
>;

export function ColourSchemeButton() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const { Icon, name, next } = schemes[colorScheme];
  const label = `Colours: ${name}. Switch to ${schemes[next].name}`;
  return (
    <ActionIcon
      variant="subtle"
      size="lg"
      color="gray"
      aria-label={label}
      title={label}
      onClick={() => setColorScheme(next)}
    >
      <Icon size={19} stroke={1.7} aria-hidden="true" />
    </ActionIcon>
  );
}
