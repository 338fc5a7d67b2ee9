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

  /** @returns the other environment that has the port; undefined when it is the asker's now */
  claim(port: number, holder: PortHolder): PortHolder | undefined {
    const other = this.holders.get(port);
    if (other && other !== holder) return other;
    this.holders.set(port, holder);
    return undefined;
  }

  release(holder: PortHolder): void {
    for (const [port, other] of this.holders) if (other === holder) this.holders.delete(port);
  }

  /** Whether nobody has been told of this function and port yet. */
  isNews(functionName: string, port: number): boolean {
    const news = `${functionName} ${port}`;
    if (this.told.has(news)) return false;
    this.told.add(news);
    return true;
  }
}
