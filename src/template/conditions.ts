/** The functions of CloudFormation's conditions. */
import { isObject, type Json, type Stack } from './template.js';
import { Unknown } from './unknown.js';

export type Evaluate = (value: Json) => Json;

type ConditionFunction = (argument: Json, evaluate: Evaluate, stack: Stack) => Json;

const all = (argument: Json): readonly Json[] => (Array.isArray(argument) ? argument : [argument]);

export const CONDITION_FUNCTIONS: Readonly<Record<string, ConditionFunction>> = {
  Condition(name, evaluate, { template }) {
    const condition = template.Conditions?.[String(name)];
    if (condition === undefined) throw new Unknown(`the template has no condition '${String(name)}'`);
    return evaluate(condition);
  },
  'Fn::Equals'(argument, evaluate) {
    const [left = null, right = null] = all(argument).map((one) => evaluate(one));
    return isObject(left) || isObject(right) ? false : String(left) === String(right);
  },
  'Fn::Not': (argument, evaluate) => evaluate(all(argument)[0] ?? null) !== true,
  'Fn::And': (argument, evaluate) => all(argument).every((one) => evaluate(one) === true),
  'Fn::Or': (argument, evaluate) => all(argument).some((one) => evaluate(one) === true),
  'Fn::Contains'(argument, evaluate) {
    const [list = null, value = null] = all(argument).map((one) => evaluate(one));
    return all(list).some((one) => String(one) === String(value));
  },
};
