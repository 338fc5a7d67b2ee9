/** An environment, as far as it is told of. */
export interface PortHolder {
  readonly function: string;
  readonly environment: number;
}

/**
 * Which environment's extension listens at which port. On AWS every environment has ports of its own; here they share
 * the machine's, and an extension of a second environment that wants the same port cannot listen on it.
 */
export class DestinationPorts {
  private readonly holders = new Map<number, PortHolder>();
  private readonly told = new Set<string>();
  /** Holders whose processes are about to end. */
  private readonly leaving = new Map<
    PortHolder,
    { readonly gone: Promise<void>; readonly leave: () => void }
  >();

  /** @returns the other environment that has the port; undefined when it is the asker's now */
  claim(port: number, holder: PortHolder): PortHolder | undefined {
    const other = this.holders.get(port);
    if (other && other !== holder) return other;
    this.holders.set(port, holder);
    return undefined;
  }

  /** Its processes are about to end: `release` follows. */
  releaseSoon(holder: PortHolder): void {
    if (this.leaving.has(holder) || ![...this.holders.values()].includes(holder)) return;
    let leave = () => {};
    const gone = new Promise<void>((resolve) => {
      leave = resolve;
    });
    this.leaving.set(holder, { gone, leave });
  }

  release(holder: PortHolder): void {
    for (const [port, other] of this.holders) if (other === holder) this.holders.delete(port);
    this.leaving.get(holder)?.leave();
    this.leaving.delete(holder);
  }

  /** What to wait for before processes that will want the same ports are started; undefined when there is nothing. */
  vacated(functionName: string): Promise<unknown> | undefined {
    if (this.leaving.size === 0) return undefined;
    const theirs = [...this.leaving].filter(([holder]) => holder.function === functionName);
    return theirs.length === 0 ? undefined : Promise.all(theirs.map(([, { gone }]) => gone));
  }

  /** Whether nobody has been told of this function and port yet. */
  isNews(functionName: string, port: number): boolean {
    const news = `${functionName} ${port}`;
    if (this.told.has(news)) return false;
    this.told.add(news);
    return true;
  }
}
