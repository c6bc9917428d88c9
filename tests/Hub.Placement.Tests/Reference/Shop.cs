using Hub.Configuration;
using Hub.Placement.Config;

namespace Hub.Placement.Tests.Reference;

/// <summary>A shop that has one of everything: forms, journeys, owners, carts, cohorts, call-backs.</summary>
internal static class Shop
{
    private const string File = """
        {
          "ReverseProxy": {
            "Routes": {
              "home": {}, "search": {}, "seen": {}, "review": {}, "review-post": {},
              "cart": {}, "cart-post": {}, "cart-add": {}, "checkout": {}, "checkout-post": {}, "done": {}, "callback": {}, "minicart": {},
              "login": {}, "login-post": {}, "account": {}, "address": {}, "address-post": {}, "saved": {}, "confirm": {}
            },
            "Clusters": { "legacy": {}, "storefront": {} }
          },
          "Hub": {
            "Cohorts": { "staff": { "Header": "X-Staff" }, "partners": { "Header": "X-Partner" }, "press": { "Header": "X-Press" } },
            "Datasets": { "catalog": {}, "accounts": { "Source": {} }, "orders": { "Source": {} }, "carts": { "Held": "per customer" } },
            "Groups": {
              "catalog": {
                "New": "storefront", "Salt": "another", "Cohorts": { "press": "new" },
                "Routes": {
                  "home": { "Reads": [ "catalog" ], "Shows": [ "carts" ], "Declared": "new" },
                  "search": { "Reads": [ "catalog" ], "PostReads": true },
                  "seen": { "GetWrites": true },
                  "review": { "Form": "review-post" },
                  "review-post": {}
                }
              },
              "checkout": {
                "New": "storefront", "Cohorts": { "staff": "new", "partners": "legacy" },
                "Routes": {
                  "cart": { "Reads": [ "carts" ], "Form": "cart-post" },
                  "cart-post": { "Writes": [ "carts" ] },
                  "cart-add": { "Writes": [ "carts" ] },
                  "checkout": { "Reads": [ "carts" ], "Form": "checkout-post" },
                  "checkout-post": { "Writes": [ "carts" ], "Through": [ "orders" ] },
                  "done": { "Ends": [ "carts" ], "BusinessKey": { "Kind": "order", "Query": "order" } },
                  "callback": { "Writes": [ "orders" ], "BusinessKey": { "Kind": "order", "Body": "order" } },
                  "minicart": {}
                },
                "Journeys": { "pay": { "First": [ "checkout" ], "Steps": [ "checkout-post" ], "Last": [ "done" ] } }
              },
              "account": {
                "New": "storefront", "EvacuateWhenUnhealthy": false,
                "Routes": {
                  "login": { "Form": "login-post" },
                  "login-post": { "Writes": [ "accounts" ] },
                  "account": { "Reads": [ "accounts", "orders" ] },
                  "address": { "Form": "address-post" },
                  "address-post": {},
                  "saved": {},
                  "confirm": { "Writes": [ "accounts" ], "GetWrites": true, "PostReads": true }
                },
                "Journeys": { "move": { "First": [ "address-post" ], "Steps": [ "account" ], "Last": [ "saved" ], "Timeout": "00:20:00" } }
              }
            }
          }
        }
        """;

    private static readonly ConfigNode Root = ConfigNode.Read(File, [])!;

    public static HubConfig Config { get; } = ConfigBinder.Bind<HubConfig>(Root["Hub"], []);

    public static string[] Groups { get; } = [.. Config.Groups.Keys];

    public static string[] Routes { get; } = [.. Config.Groups.Values.SelectMany(group => group.Routes.Keys)];

    public static string[] Cohorts { get; } = [.. Config.Cohorts.Keys];

    public static PlacementTable Table(
        long revision, IReadOnlyDictionary<string, GroupStanding> standings, IReadOnlyDictionary<string, Side> owners)
    {
        var problems = new List<ConfigProblem>();
        var table = PlacementTableBuilder.Build(Config, Root, standings, owners, revision, problems);
        Assert.Empty(problems);
        return table!;
    }
}
