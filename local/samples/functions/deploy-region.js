class RegionBusy extends Error {
  name = "RegionBusy";
}
class RegionDown extends Error {
  name = "RegionDown";
}

const asked = new Set();

/** A region called busy-… is busy at the first call for a release, one called down-… is always down. */
export const handler = ({ region, release, index }) => {
  const first = !asked.has(`${region} ${release}`);
  asked.add(`${region} ${release}`);
  if (region.startsWith("busy-") && first) throw new RegionBusy(`${region} has another roll-out under way`);
  if (region.startsWith("down-")) throw new RegionDown(`${region} does not answer`);
  return { region, state: "deployed", release, index };
};
