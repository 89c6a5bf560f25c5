import type { RouteConfig } from "@asteasolutions/zod-to-openapi";
import { z } from "zod";
import {
  addedPersonShape,
  addPersonRequestShape,
  changePersonRequestShape,
  identitiesShape,
  oneTimePasswordShape,
  personListShape,
  personShape,
} from "../contract/person.ts";
import {
  changePasswordRequestShape,
  sessionListShape,
  sessionQueryShape,
  signInMethodsShape,
} from "../contract/session.ts";
import { createTeamRequestShape, teamListShape, teamNameShape, teamShape } from "../contract/team.ts";
import { body, json, refusals, security } from "./openapi-parts.ts";

const personParameter = z.object({ id: z.string().describe("A person's id or e-mail address") });
const teamParameter = z.object({ name: teamNameShape });
const memberParameters = teamParameter.extend(personParameter.shape);
const sessionParameter = z.object({ id: z.string() });
const nothing = (description: string) => ({ 204: { description } });

/** Routes of people, teams and sessions. Nothing of them is changed by a token. */
export const peopleRoutes: RouteConfig[] = [
  {
    method: "get",
    path: "/api/v1/sign-in",
    summary: "How people may sign in",
    security: [],
    responses: { 200: json("The ways", signInMethodsShape) },
  },
  {
    method: "post",
    path: "/api/v1/me/password",
    summary: "Choose another password; other sessions end",
    security: [{ session: [] }],
    request: { body: body(changePasswordRequestShape) },
    responses: { ...nothing("The password is set"), ...refusals(401, 403, 409, 422, 429, 503) },
  },
  {
    method: "get",
    path: "/api/v1/sessions",
    summary: "Open sessions: one's own, or for administrators anybody's",
    security: [{ session: [] }],
    request: { query: sessionQueryShape },
    responses: { 200: json("The sessions", sessionListShape), ...refusals(401, 403, 422, 429, 503) },
  },
  {
    method: "delete",
    path: "/api/v1/sessions",
    summary: "End the other sessions of oneself, or all of somebody else",
    security: [{ session: [] }],
    request: { query: sessionQueryShape },
    responses: { ...nothing("They have ended"), ...refusals(401, 403, 404, 422, 429, 503) },
  },
  {
    method: "delete",
    path: "/api/v1/sessions/{id}",
    summary: "End a session at once",
    security: [{ session: [] }],
    request: { params: sessionParameter },
    responses: { ...nothing("It has ended"), ...refusals(401, 403, 404, 429, 503) },
  },
  {
    method: "get",
    path: "/api/v1/users",
    summary: "Everybody who may or might sign in (administrators)",
    security,
    responses: { 200: json("The people", personListShape), ...refusals(401, 403, 429, 503) },
  },
  {
    method: "post",
    path: "/api/v1/users",
    summary: "Make a person, with a one-time password (administrators)",
    security: [{ session: [] }],
    request: { body: body(addPersonRequestShape) },
    responses: {
      201: json("The person", addedPersonShape),
      ...refusals(401, 403, 404, 409, 422, 429, 503),
    },
  },
  {
    method: "get",
    path: "/api/v1/users/{id}",
    summary: "One person (administrators)",
    security,
    request: { params: personParameter },
    responses: { 200: json("The person", personShape), ...refusals(401, 403, 404, 429, 503) },
  },
  {
    method: "patch",
    path: "/api/v1/users/{id}",
    summary: "Change a role, deactivate or activate (administrators)",
    security: [{ session: [] }],
    request: { params: personParameter, body: body(changePersonRequestShape) },
    responses: { 200: json("The person", personShape), ...refusals(401, 403, 404, 409, 422, 429, 503) },
  },
  {
    method: "put",
    path: "/api/v1/users/{id}/identities",
    summary: "Say how commits and forges know a person (administrators)",
    security: [{ session: [] }],
    request: { params: personParameter, body: body(identitiesShape) },
    responses: { 200: json("The person", personShape), ...refusals(401, 403, 404, 422, 429, 503) },
  },
  {
    method: "post",
    path: "/api/v1/users/{id}/password",
    summary: "Put a one-time password in the place of a person's own; their sessions end (administrators)",
    security: [{ session: [] }],
    request: { params: personParameter },
    responses: { 200: json("Told this once", oneTimePasswordShape), ...refusals(401, 403, 404, 429, 503) },
  },
  {
    method: "get",
    path: "/api/v1/teams",
    summary: "Teams and their members (administrators)",
    security,
    responses: { 200: json("The teams", teamListShape), ...refusals(401, 403, 429, 503) },
  },
  {
    method: "post",
    path: "/api/v1/teams",
    summary: "Make a team (administrators)",
    security: [{ session: [] }],
    request: { body: body(createTeamRequestShape) },
    responses: { 201: json("The team", teamShape), ...refusals(401, 403, 409, 422, 429, 503) },
  },
  {
    method: "delete",
    path: "/api/v1/teams/{name}",
    summary: "Delete a team (administrators)",
    security: [{ session: [] }],
    request: { params: teamParameter },
    responses: { ...nothing("It is gone"), ...refusals(401, 403, 404, 429, 503) },
  },
  {
    method: "put",
    path: "/api/v1/teams/{name}/members/{id}",
    summary: "Put a person into a team (administrators)",
    security: [{ session: [] }],
    request: { params: memberParameters },
    responses: { ...nothing("The person is a member"), ...refusals(401, 403, 404, 429, 503) },
  },
  {
    method: "delete",
    path: "/api/v1/teams/{name}/members/{id}",
    summary: "Take a person out of a team (administrators)",
    security: [{ session: [] }],
    request: { params: memberParameters },
    responses: { ...nothing("The person is no member any more"), ...refusals(401, 403, 404, 429, 503) },
  },
];
