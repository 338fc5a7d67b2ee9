import type { Documents } from '../functions-api/documents.js';
import type { LogStore } from './log-store.js';

/** What is set of a log group over the API. */
export interface GroupSetting {
  /** Days; what is older goes in any case when there is too much (BOUNDS). */
  readonly retentionInDays?: number | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

const SETTING = 'log-group:';
const DELETED = 'log-deleted:';
const NONE: GroupSetting = { tags: {} };

/** The settings of log groups, and which of those that the files still have were deleted. */
export class GroupSettings {
  private readonly settings = new Map<string, GroupSetting>();

  constructor(
    private readonly store: LogStore,
    private readonly documents: Documents,
  ) {
    for (const [name, document] of documents.kept) {
      if (name.startsWith(DELETED)) {
        const { at } = document as { at: number };
        store.deleteGroup(name.slice(DELETED.length), at);
      }
      if (!name.startsWith(SETTING)) continue;
      this.settings.set(name.slice(SETTING.length), document as GroupSetting);
    }
    // A group that nobody has written to yet is in no file.
    for (const name of this.settings.keys()) store.openGroup(name);
  }

  of(name: string): GroupSetting {
    return this.settings.get(name) ?? NONE;
  }

  put(name: string, setting: GroupSetting): Promise<void> {
    this.settings.set(name, setting);
    return this.documents.put(SETTING + name, setting);
  }

  async delete(name: string): Promise<void> {
    const at = this.store.clock.now();
    this.settings.delete(name);
    this.store.deleteGroup(name, at);
    await this.documents.remove(SETTING + name);
    await this.documents.put(DELETED + name, { at });
  }
}
