import type { Home } from '../../lambda/function-name.js';
import { type LayerVersion, layerVersionArn } from '../../lambda/functions-api/layer-record.js';
import type { Documents } from './documents.js';

const KIND = 'layer:';
const COUNTER = 'layer-count:';

/** The layers that were published, by the ARNs of their versions. */
export class LayerStore {
  private readonly versions = new Map<string, LayerVersion>();
  /** The newest number of each layer: those of deleted versions are never given again. */
  private readonly newest = new Map<string, number>();

  constructor(
    private readonly home: Home,
    private readonly documents: Documents,
  ) {
    for (const [name, document] of documents.kept) {
      if (name.startsWith(KIND)) this.versions.set(name.slice(KIND.length), document as LayerVersion);
      if (name.startsWith(COUNTER))
        this.newest.set(name.slice(COUNTER.length), (document as { newest: number }).newest);
    }
  }

  get all(): LayerVersion[] {
    return [...this.versions.values()].sort((a, b) =>
      a.name === b.name ? b.version - a.version : a.name < b.name ? -1 : 1,
    );
  }

  find(arn: string): LayerVersion | undefined {
    return this.versions.get(arn);
  }

  /** Keeps a new version under the next number. */
  async publish(layer: Omit<LayerVersion, 'version'>): Promise<LayerVersion> {
    const version = (this.newest.get(layer.name) ?? 0) + 1;
    this.newest.set(layer.name, version);
    await this.documents.put(COUNTER + layer.name, { newest: version });
    const published = { ...layer, version };
    await this.put(published);
    return published;
  }

  put(layer: LayerVersion): Promise<void> {
    const arn = layerVersionArn(this.home, layer.name, layer.version);
    this.versions.set(arn, layer);
    return this.documents.put(KIND + arn, layer);
  }

  remove(arn: string): Promise<void> {
    this.versions.delete(arn);
    return this.documents.remove(KIND + arn);
  }
}
