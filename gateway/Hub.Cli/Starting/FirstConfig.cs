using System.Text.Json;

namespace Hub.Cli.Starting;

/// <summary>The config file that <c>hub init</c> writes: everything to legacy, and each next step as a comment at its place.</summary>
internal static class FirstConfig
{
    public static string For(LegacyShop shop) => $$"""
        // The shop's hub. Comments and trailing commas are allowed.
        // 'hub check' says everything that is wrong with this file, 'hub run' serves it and takes it again when it changes,
        // 'hub plan' shows what a change would change.
        {
          // 1. Where customers' requests arrive: Kestrel's own section. Without it: http://127.0.0.1:8080, or --port.
          //    Endpoints are opened at the start; everything else in this file is taken while it runs, a certificate's file as well.
          // "Kestrel": {
          //   "Endpoints": {
          //     "Http": { "Url": "http://*:80" },
          //     "Https": { "Url": "https://*:443", "Certificate": { "Path": "shop.pem", "KeyPath": "shop.key" } }
          //   }
          // },

        {{Takeover(shop)}}
          "ReverseProxy": {
            "Routes": {
              // 3. What belongs to no group goes to its own cluster. A route that is to move gets an entry of its own here, with
              //    legacy as its cluster; which requests it takes is YARP's to say (Path, Methods, Headers, QueryParameters).
              "everything": { "ClusterId": "legacy", "Order": 1000, "Match": { "Path": "/{**rest}" } },
              // "product-page": { "ClusterId": "legacy", "Match": { "Path": "/product/{**rest}" } },
              // "cart-page": { "ClusterId": "legacy", "Match": { "Path": "/cart", "Methods": ["GET"] } },
              // "cart-post": { "ClusterId": "legacy", "Match": { "Path": "/cart", "Methods": ["POST"] } },
            },
            "Clusters": {
              // A destination half of whose answers fail (5xx or none) is left out for ten seconds, but never the last one.
              "legacy": {
                "Destinations": { "one": { "Address": {{Json(shop.Address.ToString())}} } },
                "HealthCheck": { "AvailableDestinationsPolicy": "HealthyOrPanic", "Passive": { "Enabled": true, "Policy": "Hub" } },
              },
              // "storefront": {
              //   "Destinations": { "one": { "Address": "http://127.0.0.1:5000/" } },
              //   "HealthCheck": {
              //     "AvailableDestinationsPolicy": "HealthyOrPanic", "Passive": { "Enabled": true, "Policy": "Hub" },
              //     "Active": { "Enabled": true, "Path": "/health", "Interval": "00:00:10", "Timeout": "00:00:05" },
              //   },
              // },
            },
          },
          "Hub": {
            // The shop as customers type it: 'hub check' looks for links that lead elsewhere.
            "PublicUrl": {{Json(shop.PublicUrl.ToString())}},

            // 4. Routes that flip together. A new group stands at share 0: nothing moves until 'hub group shift catalog --share 1'.
            "Groups": {
              // Gates: what must hold before more customers go to New (hub group gates catalog). Guards: what takes the group back
              // by itself. Both with their defaults, docs/operate/flip.md; a group without them is neither gated nor guarded.
              // "catalog": {
              //   "New": "storefront", "Gates": { }, "Guards": { },
              //   "Routes": { "product-page": { "Reads": ["catalog"], "Shows": ["carts"] } },
              // },
              // "checkout": {
              //   "New": "storefront", "Gates": { "Samples": 0 }, "Guards": { },
              //   // A page goes where its form is sent; carts are on one side for each customer.
              //   "Routes": { "cart-page": { "Form": "cart-post" }, "cart-post": { "Writes": ["carts"] } },
              // },
            },

            // 5. How a customer is known at legacy: its session cookies, and an address that says who is logged in.
            "Customer": {
              "Cookies": {{Json(shop.Cookies)}},
              // "WhoAmI": { "Url": "/api/me", "Account": "$.id", "Name": "$.name", "Holds": { "carts": "$.cart" } },
            },

            // 6. Tables whose ownership moves together, and data that is held per customer.
            "Datasets": {
              // "catalog": { },
              // "carts": { "Held": "per customer" },
            },
          },
        }

        """;

    private static string Takeover(LegacyShop shop) => shop.Name is { } name
        ? $"""
              // 2. How the gateway takes over the name {name}.
              //    Try it on this machine: add the line "127.0.0.1 {name.Split(':')[0]}" to /etc/hosts, start 'hub run', open
              //    http://{name.Split(':')[0]}:8080/ ; nobody else notices. (With port 80 or TLS the links fit too: --port 80, or the section above.)
              //    For real: give the gateway the shop's certificate (above), then let DNS or the load balancer lead {name} here.
              //    Legacy keeps its name and gets the Host that customers asked for; the gateway reaches it by the address below,
              //    which must never be the name {name} itself: the gateway would ask itself.
            """
        : """
              // 2. How the gateway takes over the shop's name. The shop was given by an address without a name: customers
              //    must come to the gateway by the name that they use today (DNS, load balancer; for a trial on one machine the
              //    line "127.0.0.1 shop.example" in /etc/hosts). Legacy gets the Host that customers asked for; the gateway reaches it by the
              //    address below, which must not lead to the gateway itself. Write the name into PublicUrl.
            """;

    private static string Json<T>(T value) => JsonSerializer.Serialize(value);
}
