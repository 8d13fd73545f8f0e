// A long list of which only what can be seen is in the page.

import type { ComponentChildren, RefObject } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";

const CHUNK = 60;
const ROW = 30;

interface Props<Item> {
  items: Item[];
  /** Position of the item to keep in sight; -1 for none. */
  current: number;
  label: string;
  render: (item: Item) => ComponentChildren;
}

export function VirtualList<Item>({ items, current, label, render }: Props<Item>) {
  const box = useRef<HTMLDivElement>(null);
  const chunks = Math.ceil(items.length / CHUNK);
  const needed = current >= 0 ? Math.floor(current / CHUNK) : 0;
  useLayoutEffect(() => {
    const row = box.current?.querySelector<HTMLElement>("[aria-current]");
    const container = box.current;
    if (!row || !container) return;
    const top = row.getBoundingClientRect().top - container.getBoundingClientRect().top;
    if (top < 0 || top + row.offsetHeight > container.clientHeight) {
      container.scrollTop += top - container.clientHeight / 2.5;
    }
  }, [current, items]);
  return (
    <div class="list" ref={box} tabIndex={0} role="group" aria-label={label}>
      {Array.from({ length: chunks }, (_, index) => (
        <Chunk
          key={index}
          root={box}
          items={items.slice(index * CHUNK, (index + 1) * CHUNK)}
          isNeeded={Math.abs(index - needed) <= 1}
          render={render}
        />
      ))}
    </div>
  );
}

interface ChunkProps<Item> {
  root: RefObject<HTMLDivElement | null>;
  items: Item[];
  isNeeded: boolean;
  render: (item: Item) => ComponentChildren;
}

function Chunk<Item>({ root, items, isNeeded, render }: ChunkProps<Item>) {
  const own = useRef<HTMLOListElement>(null);
  const [isSeen, setSeen] = useState(false);
  const height = useRef(items.length * ROW);
  useEffect(() => {
    if (own.current === null) return undefined;
    const observer = new IntersectionObserver(
      (entries) => setSeen(entries.some((each) => each.isIntersecting)),
      { root: root.current, rootMargin: "600px" },
    );
    observer.observe(own.current);
    return () => observer.disconnect();
  }, []);
  const isShown = isSeen || isNeeded;
  useLayoutEffect(() => {
    if (isShown && own.current?.offsetHeight) height.current = own.current.offsetHeight;
  });
  return (
    <ol ref={own} style={isShown ? {} : { height: `${height.current}px` }}>
      {isShown && items.map(render)}
    </ol>
  );
}
