import { useCase } from "../application/use-case.ts";

export const called = useCase;
