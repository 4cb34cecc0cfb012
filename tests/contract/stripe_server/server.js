// A Stripe on this machine, with what it lacks for the contract of payments.
// Ours are: payment intents as a view of its charges, and /elsewhere/, where tests do what no
// client of a shop can do. Everything else is the package's own.
"use strict";

const express = require("express");
const { createExpressApp } = require("stripe-stateful-mock");
const { charges } = require("stripe-stateful-mock/dist/api/charges");
const { disputes } = require("stripe-stateful-mock/dist/api/disputes");
const { refunds } = require("stripe-stateful-mock/dist/api/refunds");
const { verify } = require("stripe-stateful-mock/dist/api/verify");
require("loglevel").setLevel("silent");

verify.validCurrencies.push("bhd", "jod", "kwd", "omr", "tnd");

const HERE = "acct_default";
const asked = [];
const trouble = [];
const app = express();
app.set("query parser", "extended");

app.use("/elsewhere", express.json());
app.post("/elsewhere/charges/:id", (request, response) => {
  Object.assign(charges.retrieve(HERE, request.params.id, "id"), request.body);
  response.json({});
});
app.post("/elsewhere/charges/:id/dispute", (request, response) => {
  const charge = charges.retrieve(HERE, request.params.id, "id");
  charge.dispute = disputes.createFromSource(HERE, "tok_createDispute", charge, true).id;
  charge.disputed = true;
  response.json({});
});
app.post("/elsewhere/refunds/:id", (request, response) => {
  Object.assign(refunds.retrieve(HERE, request.params.id, "id"), request.body);
  response.json({});
});
app.post("/elsewhere/trouble", (request, response) => {
  trouble.push(request.body);
  response.json({});
});
app.get("/elsewhere/asked", (request, response) => response.json(asked));

const chargeOf = (intent) => intent.replace(/^pi_/, "ch_");

app.get("/v1/payment_intents/:id", (request, response, next) => {
  request.url = `/v1/charges/${chargeOf(request.params.id)}`;
  const answer = response.json.bind(response);
  response.json = (charge) => {
    if (charge.object !== "charge") return answer(charge);
    const expanded = (request.query.expand || []).includes("latest_charge");
    return answer({
      id: request.params.id,
      object: "payment_intent",
      amount: charge.amount,
      amount_received: charge.amount_captured,
      currency: charge.currency,
      latest_charge: expanded ? charge : charge.id,
      metadata: {},
      status: "succeeded",
    });
  };
  next();
});

app.get("/v1/refunds", (request, response, next) => {
  const { payment_intent: intent, ...others } = request.query;
  if (intent) {
    const query = new URLSearchParams({ ...others, charge: chargeOf(intent) });
    request.url = `/v1/refunds?${query}`;
    delete request.query;
  }
  next();
});

// A secret key is a shop here, and every shop has idempotency keys of its own.
app.use((request, response, next) => {
  const key = request.headers["idempotency-key"];
  if (key) request.headers["idempotency-key"] = `${request.headers.authorization} ${key}`;
  next();
});

app.post("/v1/refunds", express.urlencoded({ extended: true }), (request, response, next) => {
  asked.push({ headers: request.headers, body: { ...request.body } });
  const { payment_intent: intent, ...others } = request.body;
  if (intent) request.body = { ...others, charge: chargeOf(intent) };
  const now = trouble.shift();
  if (!now) return next();
  if (now.status) return response.status(now.status).json(now.body);
  // Paid, but nobody hears of it.
  response.end = () => request.socket.destroy();
  return next();
});

app.use(createExpressApp());

const server = app.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.on("end", () => process.exit(0)).resume();
