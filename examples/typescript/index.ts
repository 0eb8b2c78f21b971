// A whole set-up in one component. `pulumi package add ../../components` generates its types once.
import * as pulumi from "@pulumi/pulumi";
import * as mtls from "@pulumi/backend-mtls";

const config = new pulumi.Config();
const set = new mtls.BackendMtls("mtls", {
    service: { resourceGroup: config.require("resourceGroup"), name: config.require("service") },
    certificates: {
        client: {
            certificateId: "typescript-client",
            pfx: { data: config.requireSecret("pfx"), password: config.requireSecret("pfxPassword") },
        },
    },
    apis: {
        typescript: {
            path: "typescript",
            certificate: "client",
            subscriptionRequired: false,
            backend: {
                url: config.require("backendUrl"),
                skipChainValidationReason: "the appliance has a self-signed certificate",
            },
        },
    },
});

export const url = set.apis.apply(apis => apis["typescript"].url);
export const thumbprint = set.apis.apply(apis => apis["typescript"].thumbprint);
