import { z } from "zod";

// Zod compiles parsers with `new Function` where it may. Our content security policy forbids that, and the mere attempt is
// reported as a violation; so it must be told before the first shape is made. Hence: the first import of main.tsx.
z.config({ jitless: true });
