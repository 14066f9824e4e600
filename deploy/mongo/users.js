// Runs once, on an empty data folder: a user for each service, who may use its own database and nothing else.
const fs = require("fs");
for (const file of fs.readdirSync("/keys")) {
  const service = file.startsWith("password-") && file.slice("password-".length);
  if (!service || service === "root") continue;
  db.getSiblingDB("admin").createUser({
    user: service,
    pwd: fs.readFileSync(`/keys/${file}`, "utf8").trim(),
    roles: [{ role: "readWrite", db: `zgoda_${service}` }],
  });
}
