using Hub.Control.Protocol;
using Hub.Gateway.Tests.Hosting;

namespace Hub.Gateway.Tests.Caches;

/// <summary>A shop whose catalog a cache in front keeps, some of it by address, some by header; reads may fall back.</summary>
internal sealed class CachedShop : IAsyncDisposable
{
    public required Upstream Legacy { get; init; }

    public required Upstream New { get; init; }

    public required TestGateway Gateway { get; init; }

    public static async Task<CachedShop> StartAsync(int share, string fallback = "{}", TimeProvider? time = null)
    {
        var shop = new CachedShop
        {
            Legacy = await Upstream.StartAsync("legacy"),
            New = await Upstream.StartAsync("new"),
            Gateway = await TestGateway.StartAsync(time: time),
        };
        Assert.Empty(await shop.Gateway.TakeAsync(1, Document(shop.Legacy.Url, shop.New.Url, fallback), At(share)));
        return shop;
    }

    public static (string, GroupState)[] At(int share) => [("catalog", new GroupState(share)), ("pages", new GroupState(share)), ("account", new GroupState(share))];

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        await New.DisposeAsync();
        await Legacy.DisposeAsync();
    }

    public static string Document(string legacy, string storefront, string fallback = "{}", string methods = "\"GET\", \"HEAD\"") => $$"""
        {
          "ReverseProxy": {
            "Routes": {
              "product": { "ClusterId": "legacy", "Match": { "Path": "/products/{id}", "Methods": [ {{methods}} ] } },
              "page": { "ClusterId": "legacy", "Match": { "Path": "/pages/{name}", "Methods": [ "GET" ] } },
              "account": { "ClusterId": "legacy", "Match": { "Path": "/account" } },
              "moved": { "ClusterId": "legacy", "Match": { "Path": "/moved" } }
            },
            "Clusters": {
              "legacy": { "Destinations": { "one": { "Address": "{{legacy}}" } } },
              "storefront": { "Destinations": { "one": { "Address": "{{storefront}}" } } }
            }
          },
          "Hub": {
            "Groups": {
              "catalog": { "New": "storefront", "Routes": { "product": { "Reads": [ "catalog" ], "Cached": "Url" } } },
              "pages": { "New": "storefront", "Routes": { "page": { "Reads": [ "catalog" ], "Cached": "Header" } } },
              "account": { "New": "storefront",
                "Routes": { "account": { "Reads": [ "catalog" ], "Fallback": {{fallback}} }, "moved": { "Reads": [ "catalog" ] } } }
            },
            "Datasets": { "catalog": {} }
          }
        }
        """;
}
