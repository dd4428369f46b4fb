import { type OperationName, operationNames, operations } from './catalogue.ts'

type SampleInputs = { [N in OperationName]: (typeof operations)[N]['example'] }

/** One valid input for every operation, with every field set. Tests of invalid inputs start from it. */
export const sampleInputs = Object.fromEntries(
  operationNames.map((name) => [name, operations[name].example]),
) as SampleInputs
