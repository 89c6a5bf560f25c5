import type { CallRate } from "../postgres/call-budget.ts";

/** AWS's larger quotas hold in these regions (service quotas of Step Functions). */
const largeRegions = new Set(["us-east-1", "us-west-2", "eu-west-1"]);

/** Bucket and refill per second: in large regions, in the others. */
const quotas: Readonly<Record<string, readonly [CallRate, CallRate]>> = {
  GetExecutionHistory: [
    { burst: 400, perSecond: 20 },
    { burst: 400, perSecond: 20 },
  ],
  ListExecutions: [
    { burst: 200, perSecond: 5 },
    { burst: 100, perSecond: 2 },
  ],
  DescribeExecution: [
    { burst: 300, perSecond: 15 },
    { burst: 250, perSecond: 10 },
  ],
};

/** What we leave to others in the same account and region. */
const shareOfRefill = 0.8;
const shareOfBurst = 0.5;

/** What the whole fleet may call, by operation. `region` null: not known, so the smaller quotas. */
export function callRates(region: string | null): Record<string, CallRate> {
  const column = region !== null && largeRegions.has(region) ? 0 : 1;
  return Object.fromEntries(
    Object.entries(quotas).map(([operation, rates]) => {
      const { burst, perSecond } = rates[column];
      return [operation, { burst: burst * shareOfBurst, perSecond: perSecond * shareOfRefill }];
    }),
  );
}
