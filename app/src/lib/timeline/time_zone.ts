/** How many ms the clocks of a zone are ahead of UTC at a time, in ms since 1970. */
export type ZoneOffset = (timestamp: number) => number;

export const utc: ZoneOffset = () => 0;

/** What the clocks of a zone show, as ms since 1970 of clocks that show UTC. */
export function wallMs(timestamp: number, zone: ZoneOffset): number {
  return timestamp + zone(timestamp);
}

/** The time at which the clocks of a zone show `wall`. Of an hour that comes twice it is one; one that is left out is near it. */
export function timestampOfWall(wall: number, zone: ZoneOffset): number {
  const near = wall - zone(wall);
  return wall - zone(near);
}
