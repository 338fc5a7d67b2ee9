import { Annotations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { type Complaint, ConstructError } from './construct-error.js';

/**
 * Ends a synthesis. The CDK's program is told by an annotation, which it shows without a stack before it stops; anybody else
 * gets an exception.
 */
export function refuse(construct: Construct, complaint: Complaint): void {
  if (process.env['CDK_OUTDIR'] === undefined)
    throw new ConstructError(construct.node.path, complaint, refuse);
  Annotations.of(construct).addError(`${complaint.what}\n  fix: ${complaint.fix}`);
}
