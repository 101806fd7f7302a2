/** What EC2 answers instead of a result. `code` is what the SDK shows as the error's name. */
export class Ec2Error extends Error {
  readonly code: string;
  /** HTTP status; EC2 answers most mistakes of a caller with 400. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'Ec2Error';
    this.code = code;
    this.status = status;
  }
}

/** The parameter has a value that EC2 does not take; `expected` says what it would. */
export function invalidValue(parameter: string, value: string | number, expected: string): Ec2Error {
  return new Ec2Error(
    'InvalidParameterValue',
    `Value (${value}) for parameter ${parameter} is invalid. ${expected}`,
  );
}

/** A parameter that the call cannot do without is absent. */
export function missingParameter(parameter: string): Ec2Error {
  return new Ec2Error('MissingParameter', `The request must contain the parameter ${parameter}`);
}
