const creditLimit = 100;

class CreditExceeded extends Error {
  name = "CreditExceeded";
}

export const handler = async ({ customer, amount }) => {
  if (amount > creditLimit) throw new CreditExceeded(`${customer} may spend ${creditLimit}`);
  return { booked: true, customer, amount };
};
