// aws-crt's native library. The package's own module first runs `ldd`, to learn which C library the machine has; a cold start
// waits for that.
const { AWS_CRT_NODEJS_BINARY_ABSOLUTE_PATH: elsewhere } = process.env;

module.exports = require(
  elsewhere ?? './node_modules/aws-crt/dist/bin/linux-arm64-glibc/aws-crt-nodejs.node',
);
