import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import type { ChangePersonRequest, IdentitiesView } from "../../src/contract/person.ts";
import { addPerson, changePerson, listPeople, resetPassword, setIdentities } from "../api/people.ts";
import { createTeam, deleteTeam, listTeams, setMember } from "../api/teams.ts";
import { meQuery } from "./me.ts";

export const peopleQuery = queryOptions({
  queryKey: ["people"],
  queryFn: ({ signal }) => listPeople(signal),
});

export const teamsQuery = queryOptions({
  queryKey: ["teams"],
  queryFn: ({ signal }) => listTeams(signal),
});

/** A password that was shown is not to stay in memory: `gcTime: 0`. */
export function useAddPerson() {
  return useMutation({ mutationFn: addPerson, gcTime: 0, onSettled: useLookAgain() });
}

export function useResetPassword(id: string) {
  return useMutation({ mutationFn: () => resetPassword(id), gcTime: 0, onSettled: useLookAgain() });
}

export function useChangePerson(id: string) {
  return useMutation({
    mutationFn: (change: ChangePersonRequest) => changePerson(id, change),
    onSettled: useLookAgain(),
  });
}

export function useSetIdentities(id: string) {
  return useMutation({
    mutationFn: (identities: IdentitiesView) => setIdentities(id, identities),
    onSettled: useLookAgain(),
  });
}

export function useCreateTeam() {
  return useMutation({ mutationFn: createTeam, onSettled: useLookAgain() });
}

export function useDeleteTeam(name: string) {
  return useMutation({ mutationFn: () => deleteTeam(name), onSettled: useLookAgain() });
}

export function useSetMember(name: string) {
  return useMutation({
    mutationFn: ({ personId, isMember }: { personId: string; isMember: boolean }) =>
      setMember(name, personId, isMember),
    onSettled: useLookAgain(),
  });
}

/** People, teams and oneself show each other. */
function useLookAgain() {
  const client = useQueryClient();
  return () =>
    Promise.all(
      [peopleQuery, teamsQuery, meQuery].map(({ queryKey }) => client.invalidateQueries({ queryKey })),
    );
}
