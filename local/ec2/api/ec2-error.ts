/** An error of EC2. The SDK shows `code` as the error's name. */
export class Ec2Error extends Error {
  readonly code: string;
  /** HTTP status. EC2 answers most errors of the caller with 400. */
  readonly status: number;

  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = 'Ec2Error';
    this.code = code;
    this.status = status;
  }
}

/** The error for an invalid value. `expected` describes a valid one. */
export function invalidValue(parameter: string, value: string | number, expected: string): Ec2Error {
  return new Ec2Error(
    'InvalidParameterValue',
    `Value (${value}) for parameter ${parameter} is invalid. ${expected}`,
  );
}

/** The error for a missing parameter. */
export function missingParameter(parameter: string): Ec2Error {
  return new Ec2Error('MissingParameter', `The request must contain the parameter ${parameter}`);
}
