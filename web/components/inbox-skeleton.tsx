import { Skeleton, VisuallyHidden } from "@mantine/core";
import classes from "./inbox-skeleton.module.css";

export function InboxSkeleton() {
  return (
    <div className={classes.rows}>
      <VisuallyHidden>Loading</VisuallyHidden>
      {[62, 48, 70].map((width) => (
        <div key={width} className={classes.row} aria-hidden="true">
          <Skeleton height={16} width={`${width}%`} />
          <Skeleton height={12} width={`${width - 20}%`} />
        </div>
      ))}
    </div>
  );
}
