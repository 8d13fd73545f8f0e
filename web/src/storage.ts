// What is remembered between visits. Where a browser forbids it, nothing is.

export function kept(name: string): string | null {
  try {
    return localStorage.getItem(`treadle.${name}`);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string): void {
  try {
    localStorage.setItem(`treadle.${name}`, value);
  } catch {
    // A page inside another, or private: the choice lasts as long as the page.
  }
}

/** Put text on the clipboard; says whether it worked. */
export async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "off-screen";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
