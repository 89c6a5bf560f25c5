/** As which the products of the tests run: a role that owns nothing, made with the template of their databases. */
export const applicationRole = { name: "countersign_app", password: "of the tests" };

export function asApplication(ownerUrl: string): string {
  const { name, password } = applicationRole;
  return Object.assign(new URL(ownerUrl), { username: name, password }).toString();
}
