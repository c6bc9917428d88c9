using Hub.Control.Protocol;

namespace Hub.Gateway.Tests.Hosting;

/// <summary>Legacy, New, control's store and one gateway plane before them, with a document that has every rule in it.</summary>
public sealed class Shop : IAsyncDisposable
{
    public required Upstream Legacy { get; init; }

    public required Upstream New { get; init; }

    public required StoreOfControl Control { get; init; }

    public required TestGateway Gateway { get; init; }

    public string Document { get; private set; } = "";

    public static async Task<Shop> StartAsync(bool flipped = true, TimeProvider? time = null, string budget = "00:00:05", string? customer = null)
    {
        var control = new StoreOfControl(time ?? TimeProvider.System);
        var shop = new Shop
        {
            Legacy = await Upstream.StartAsync("legacy"),
            New = await Upstream.StartAsync("new"),
            Control = control,
            Gateway = await TestGateway.StartAsync(control, time: time),
        };
        shop.Document = DocumentOf(shop.Legacy.Url, shop.New.Url, budget, customer);
        Assert.Empty(await shop.Gateway.TakeAsync(1, shop.Document, flipped ? All(10_000) : []));
        return shop;
    }

    private static readonly string[] Groups = ["catalog", "checkout", "account"];

    public static (string, GroupState)[] All(int share) => [.. Groups.Select(group => (group, new GroupState(share)))];

    public static (string, GroupState)[] RolledBack(long number, bool evacuate) =>
        [.. Groups.Select(group => (group, new GroupState(0, number, evacuate ? number : 0, true)))];

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await New.DisposeAsync();
        await Legacy.DisposeAsync();
    }

    public static string DocumentOf(string legacy, string storefront, string budget = "00:00:05", string? customer = null) => $$"""
        {
          "ReverseProxy": {
            "Routes": {
              "home": { "ClusterId": "legacy", "Match": { "Path": "/", "Methods": [ "GET" ] } },
              "search": { "ClusterId": "legacy", "Match": { "Path": "/search" } },
              "cart": { "ClusterId": "legacy", "Match": { "Path": "/cart", "Methods": [ "GET" ] } },
              "cart-add": { "ClusterId": "legacy", "Match": { "Path": "/cart/add", "Methods": [ "POST" ] } },
              "checkout-page": { "ClusterId": "legacy", "Match": { "Path": "/checkout", "Methods": [ "GET" ] } },
              "checkout-post": { "ClusterId": "legacy", "Match": { "Path": "/checkout", "Methods": [ "POST" ] } },
              "checkout-done": { "ClusterId": "legacy", "Match": { "Path": "/checkout/done/{order}" } },
              "callback": { "ClusterId": "legacy", "Match": { "Path": "/payment/callback" } },
              "login-page": { "ClusterId": "legacy", "Match": { "Path": "/login", "Methods": [ "GET" ] } },
              "login-post": { "ClusterId": "legacy", "Match": { "Path": "/login", "Methods": [ "POST" ] } },
              "account": { "ClusterId": "legacy", "Match": { "Path": "/account" } },
              "rest": { "ClusterId": "legacy", "Match": { "Path": "/{**rest}" } }
            },
            "Clusters": {
              "legacy": { "Destinations": { "one": { "Address": "{{legacy}}" } } },
              "storefront": { "Destinations": { "one": { "Address": "{{storefront}}" } } }
            }
          },
          "Hub": {
            "Groups": {
              "catalog": { "New": "storefront", "Cohorts": { "staff": "New" },
                "Routes": { "home": { "Reads": [ "products" ], "Shows": [ "carts" ] }, "search": { "Reads": [ "products" ], "PostReads": true } } },
              "checkout": { "New": "storefront",
                "Routes": {
                  "cart": { "Reads": [ "carts" ] },
                  "cart-add": { "Writes": [ "carts" ] },
                  "checkout-page": { "Form": "checkout-post" },
                  "checkout-post": { "Writes": [ "carts" ], "Through": [ "orders" ], "Ends": [ "carts" ], "Learns": { "Kind": "order", "Location": "/checkout/done/{}" } },
                  "checkout-done": { "Reads": [ "carts" ] },
                  "callback": { "Writes": [ "carts" ], "BusinessKey": { "Kind": "order", "Body": "order" } } } },
              "account": { "New": "storefront",
                "Routes": { "login-page": { "Form": "login-post" }, "login-post": { "Through": [ "customers" ] }, "account": { "Reads": [ "customers" ] } },
                "Journeys": { "login": { "First": [ "login-page" ], "Last": [ "login-post" ] } } }
            },
            "Cohorts": { "staff": { "Header": "X-Staff" } },
            "Customer": { {{customer ?? "\"Cookies\": [ \"SHOPSESSION\" ]"}},
              "WhoAmI": { "Url": "/api/me", "Account": "$.id", "Name": "$.name", "Holds": { "carts": "$.cart" }, "Budget": "{{budget}}" } },
            "Datasets": { "products": {}, "orders": {}, "customers": {}, "carts": { "Held": "per customer", "Carry": "{{storefront}}/hub/carry" } }
          }
        }
        """;
}
