import type { Role } from '../../lambda/identity/role.js';
import type { Documents } from '../functions-api/documents.js';

const KIND = 'role:';

/** The roles that were created here, by name. */
export class RoleStore {
  private readonly roles = new Map<string, Role>();

  constructor(private readonly documents: Documents) {
    for (const [name, document] of documents.kept)
      if (name.startsWith(KIND)) this.roles.set(name.slice(KIND.length), document as Role);
  }

  get all(): Role[] {
    return [...this.roles.values()].sort((a, b) => (a.RoleName < b.RoleName ? -1 : 1));
  }

  find(name: string): Role | undefined {
    return this.roles.get(name);
  }

  put(role: Role): Promise<void> {
    this.roles.set(role.RoleName, role);
    return this.documents.put(KIND + role.RoleName, role);
  }

  remove(name: string): Promise<void> {
    this.roles.delete(name);
    return this.documents.remove(KIND + name);
  }
}
