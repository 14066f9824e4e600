// The health check: makes the replica set when there is none, and is content when this member takes writes.
const fs = require("fs");
const password = fs.readFileSync("/keys/password-root", "utf8").trim();
const admin = new Mongo(`mongodb://root:${password}@127.0.0.1:27017/?directConnection=true`).getDB("admin");
try {
  admin.runCommand({ replSetGetStatus: 1 }).ok || initiate();
} catch (error) {
  if (error.codeName !== "NotYetInitialized") throw error;
  initiate();
}
function initiate() {
  admin.runCommand({ replSetInitiate: { _id: "rs0", members: [{ _id: 0, host: "mongo:27017" }] } });
}
quit(admin.runCommand({ hello: 1 }).isWritablePrimary ? 0 : 1);
