/** The three parts of aws-crt that sign. The package's own entry also loads MQTT and event streams. */
export * as auth from 'aws-crt/dist/native/auth.js';
export * as http from 'aws-crt/dist/native/http.js';
export * as io from 'aws-crt/dist/native/io.js';
