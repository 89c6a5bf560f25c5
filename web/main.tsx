import "./zod-setup.ts";
import "./theme/styles.ts";
import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { CrashBoundary } from "./components/crash-boundary.tsx";
import { forgetAnswers } from "./queries/forget-answers.ts";
import { createQueryClient } from "./query-client.ts";
import { createAppRouter } from "./router.tsx";
import { colourSchemeManager } from "./theme/colour-scheme.ts";
import { cssVariables } from "./theme/css-variables.ts";
import { theme } from "./theme/theme.ts";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html lacks #root");

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? "";

const queryClient = createQueryClient(() => {
  const { pathname, href } = router.state.location;
  if (pathname === "/sign-in") return;
  forgetAnswers(queryClient);
  void router.navigate({ to: "/sign-in", search: { to: href }, replace: true });
});
const router = createAppRouter(queryClient);

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colourSchemeManager}
      defaultColorScheme="auto"
      getStyleNonce={() => nonce}
    >
      <CrashBoundary>
        <QueryClientProvider client={queryClient}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </CrashBoundary>
    </MantineProvider>
  </StrictMode>,
);
