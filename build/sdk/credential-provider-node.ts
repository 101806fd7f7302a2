/**
 * Lambda passes the credentials of a function's role in environment variables (Lambda DG, "Defined runtime environment variables").
 * The SDK tries them first, and then profiles, single sign-on, processes, web identities and metadata services.
 */
export { fromEnv as defaultProvider } from '@aws-sdk/credential-providers';
