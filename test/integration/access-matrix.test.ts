import { expect, it } from "vitest";
import { createOpenApiDocument } from "../../src/http/openapi.ts";
import { callers, openMatrix, readTable, states, type Row, type Targets } from "../support/access-matrix.ts";
import { startProduct } from "../support/product.ts";
import { routesOf } from "../support/routes-of.ts";

/**
 * Who may do what. Each line is a route and the state of the approval that it is about; each column a caller:
 * people by their role, one of them deactivated; tokens with the scope `read`, `decide`, `both` of them or `admin`; one with both that is limited
 * to another repository (`elsewhere`) or may only reject (`veto`); one that has expired, and one that is revoked.
 * `pending!`: rejected rather than approved. 401: who are you? 403: not you. 404: there is no such thing, as far as you are concerned.
 */
const table = `
METHOD ROUTE                                  STATE    nobody viewer reviewer administrator deactivated read decide both admin elsewhere veto expired revoked
DELETE /api/v1/sessions                       -        401    403    403      204           401         403  403    403  403   403       403  401     401
DELETE /api/v1/sessions/:id                   -        401    404    404      204           401         403  403    403  403   403       403  401     401
DELETE /api/v1/teams/:name                    -        401    403    403      204           401         403  403    403  403   403       403  401     401
DELETE /api/v1/teams/:name/members/:id        -        401    403    403      404           401         403  403    403  403   403       403  401     401
GET    /.well-known/countersign-keys.json     -        200    200    200      200           200         200  200    200  200   200       200  200     200
GET    /api/auth/callback/:provider           -        404    404    404      404           404         404  404    404  404   404       404  404     404
GET    /api/v1/approvals                      -        401    200    200      200           401         200  403    200  403   200       200  401     401
GET    /api/v1/approvals/:id                  pending  401    200    200      200           401         200  403    200  403   404       200  401     401
GET    /api/v1/approvals/:id                  approved 401    200    200      200           401         200  403    200  403   404       200  401     401
GET    /api/v1/approvals/:id                  rejected 401    200    200      200           401         200  403    200  403   404       200  401     401
GET    /api/v1/approvals/:id                  lapsed   401    200    200      200           401         200  403    200  403   404       200  401     401
GET    /api/v1/approvals/:id/execution        pending  401    200    200      200           401         200  403    200  403   404       200  401     401
GET    /api/v1/approvals/:id/execution        approved 401    200    200      200           401         200  403    200  403   404       200  401     401
GET    /api/v1/approvals/:id/execution        rejected 401    200    200      200           401         200  403    200  403   404       200  401     401
GET    /api/v1/approvals/:id/execution        lapsed   401    200    200      200           401         200  403    200  403   404       200  401     401
GET    /api/v1/approvals/:id/receipt          pending  401    404    404      404           401         404  403    404  403   404       404  401     401
GET    /api/v1/approvals/:id/receipt          approved 401    200    200      200           401         200  403    200  403   404       200  401     401
GET    /api/v1/approvals/:id/receipt          rejected 401    200    200      200           401         200  403    200  403   404       200  401     401
GET    /api/v1/approvals/:id/receipt          lapsed   401    404    404      404           401         404  403    404  403   404       404  401     401
GET    /api/v1/audit                          -        401    403    403      200           401         403  403    403  403   403       403  401     401
GET    /api/v1/me                             -        401    200    200      200           401         200  200    200  200   200       200  401     401
GET    /api/v1/openapi.json                   -        200    200    200      200           200         200  200    200  200   200       200  200     200
GET    /api/v1/sessions                       -        401    403    403      200           401         403  403    403  403   403       403  401     401
GET    /api/v1/sign-in                        -        200    200    200      200           200         200  200    200  200   200       200  200     200
GET    /api/v1/status                         -        401    200    200      200           401         200  200    200  200   200       200  401     401
GET    /api/v1/teams                          -        401    403    403      200           401         403  403    403  200   403       403  401     401
GET    /api/v1/tokens                         -        401    403    403      200           401         403  403    403  200   403       403  401     401
GET    /api/v1/unclaimed-gates                -        401    200    200      200           401         200  403    200  403   200       200  401     401
GET    /api/v1/users                          -        401    403    403      200           401         403  403    403  200   403       403  401     401
GET    /api/v1/users/:id                      -        401    403    403      200           401         403  403    403  200   403       403  401     401
GET    /healthz                               -        200    200    200      200           200         200  200    200  200   200       200  200     200
GET    /metrics                               -        200    200    200      200           200         200  200    200  200   200       200  200     200
GET    /readyz                                -        200    200    200      200           200         200  200    200  200   200       200  200     200
GET    /{*path}                               -        200    200    200      200           200         200  200    200  200   200       200  200     200
PATCH  /api/v1/users/:id                      -        401    403    403      200           401         403  403    403  403   403       403  401     401
POST   /api/auth/sign-in/email                -        401    401    401      401           401         401  401    401  401   401       401  401     401
POST   /api/auth/sign-in/social               -        404    404    404      404           404         404  404    404  404   404       404  404     404
POST   /api/auth/sign-out                     -        200    200    200      200           200         200  200    200  200   200       200  200     200
POST   /api/v1/approvals/:id/decision         pending  401    403    200      200           401         403  200    200  403   404       403  401     401
POST   /api/v1/approvals/:id/decision         pending! 401    403    200      200           401         403  200    200  403   404       200  401     401
POST   /api/v1/approvals/:id/decision         approved 401    403    409      409           401         403  409    409  403   404       409  401     401
POST   /api/v1/approvals/:id/decision         rejected 401    403    409      409           401         403  409    409  403   404       409  401     401
POST   /api/v1/approvals/:id/decision         lapsed   401    403    410      410           401         403  410    410  403   404       410  401     401
POST   /api/v1/decisions                      pending  401    403    200      200           401         403  200    200  403   404       403  401     401
POST   /api/v1/decisions                      pending! 401    403    200      200           401         403  200    200  403   404       200  401     401
POST   /api/v1/decisions                      approved 401    403    409      409           401         403  409    409  403   404       409  401     401
POST   /api/v1/decisions                      rejected 401    403    409      409           401         403  409    409  403   404       409  401     401
POST   /api/v1/decisions                      lapsed   401    403    410      410           401         403  410    410  403   404       410  401     401
POST   /api/v1/me/password                    -        401    422    422      422           401         403  403    403  403   403       403  401     401
POST   /api/v1/teams                          -        401    403    403      201           401         403  403    403  403   403       403  401     401
POST   /api/v1/tokens                         -        401    403    403      201           401         403  403    403  403   403       403  401     401
POST   /api/v1/tokens/:id/revoke              -        401    403    403      200           401         403  403    403  200   403       403  401     401
POST   /api/v1/tokens/:id/rotate              -        401    403    403      200           401         403  403    403  403   403       403  401     401
POST   /api/v1/users                          -        401    403    403      201           401         403  403    403  403   403       403  401     401
POST   /api/v1/users/:id/password             -        401    403    403      200           401         403  403    403  403   403       403  401     401
POST   /webhooks/eventbridge                  -        401    401    401      401           401         401  401    401  401   401       401  401     401
POST   /webhooks/github                       -        401    401    401      401           401         401  401    401  401   401       401  401     401
PUT    /api/v1/teams/:name/members/:id        -        401    403    403      204           401         403  403    403  403   403       403  401     401
PUT    /api/v1/users/:id/identities           -        401    403    403      200           401         403  403    403  403   403       403  401     401
`;

/** What is sent, where it is more than the path. */
const bodies: Record<string, (targets: Targets) => object> = {
  "POST /api/v1/approvals/:id/decision": ({ verdict }) => ({ verdict }),
  "POST /api/v1/decisions": ({ commit, verdict }) => ({ commit, verdict }),
  "POST /api/v1/me/password": () => ({
    newPassword: "correct horse battery",
    currentPassword: "not this one",
  }),
  "POST /api/v1/teams": ({ commit }) => ({ name: `t-${commit.slice(0, 12)}` }),
  "POST /api/v1/tokens": ({ commit }) => ({ name: commit, scopes: ["read"] }),
  "POST /api/v1/tokens/:id/rotate": () => ({}),
  "POST /api/v1/tokens/:id/revoke": () => ({}),
  "POST /api/v1/users": ({ commit }) => ({ name: "New", email: `${commit}@example.com` }),
  "PATCH /api/v1/users/:id": () => ({ role: "reviewer" }),
  "PUT /api/v1/users/:id/identities": () => ({ emails: [], logins: [] }),
  "POST /api/auth/sign-in/email": ({ commit }) => ({
    email: `${commit}@example.com`,
    password: "a wrong password",
  }),
  "POST /api/auth/sign-in/social": () => ({ provider: "unknown" }),
  "POST /api/auth/sign-out": () => ({}),
  "POST /webhooks/github": () => ({ zen: "unsigned" }),
  "POST /webhooks/eventbridge": () => ({}),
};

/** Routes whose reply depends on the state of an approval. */
const aboutApprovals = (route: string) => /\/approvals\/:id|\/decisions$/.test(route);

function pathOf(route: string, { approvalId, tokenId, personId, sessionId, team }: Targets): string {
  const [, path = ""] = route.split(" ");
  const id = path.includes("/approvals/")
    ? approvalId
    : path.includes("/tokens/")
      ? tokenId
      : path.includes("/sessions/")
        ? sessionId
        : personId;
  const filled = path.replace(":id", id).replace(":name", team).replace("{*path}", "approvals");
  return filled === "/api/v1/sessions" ? `${filled}?person=${personId}` : filled;
}

const rows = readTable(table);

it("every route of the running app has its rows, and the OpenAPI document knows those of the API", async () => {
  await using product = await startProduct({ workers: false });
  const routes = routesOf(product.app);
  const wanted = routes.flatMap((route) =>
    aboutApprovals(route)
      ? [...states, ...(route.startsWith("POST") ? ["pending!"] : [])].map((state) => `${route} ${state}`)
      : [`${route} -`],
  );
  expect(rows.map(({ route, state }) => `${route} ${state ?? "-"}`).toSorted()).toEqual(wanted.toSorted());
  const { paths = {} } = createOpenApiDocument("http://127.0.0.1:3000");
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path.replace(/\{(\w+)\}/g, ":$1")}`),
  );
  const ofApi = routes.filter((route) => /\/api\/v1\/|\.well-known/.test(route));
  expect(documented.toSorted()).toEqual(ofApi.filter((route) => !route.endsWith("/openapi.json")).toSorted());
});

it("every caller gets what the table says, on every route and in every state", async () => {
  await using product = await startProduct({ workers: false });
  const matrix = await openMatrix(product, await product.startExecution());
  const got: Row[] = [];
  for (const { route, state } of rows) {
    const [method = ""] = route.split(" ");
    const cells = callers.map(async (caller) => {
      const targets = await matrix.targets(route, state);
      return [
        caller,
        await matrix.call(caller, method, pathOf(route, targets), bodies[route]?.(targets)),
      ] as const;
    });
    got.push({ route, state, expected: Object.fromEntries(await Promise.all(cells)) as Row["expected"] });
  }
  const lines = (all: readonly Row[]) =>
    all.map(
      ({ route, state, expected }) =>
        `${route} ${state ?? "-"} ${callers.map((name) => expected[name]).join(" ")}`,
    );
  expect(lines(got)).toEqual(lines(rows));
});
