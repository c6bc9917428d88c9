using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Hub.Commerce;

namespace Hub.Connectors.Tryton.Sales;

/// <summary>
/// Who buys and where it goes. A buyer is known by e-mail address and looked up first; one that the hub makes gets a code made of the address, which Tryton
/// takes once, so that two orders at the same moment make one customer.
/// </summary>
internal sealed class TrytonCustomers(TrytonTalk talk)
{
    private const string Model = "party.party";

    private static readonly string[] Fields =
    [
        "addresses.party_name", "addresses.name", "addresses.street", "addresses.postal_code", "addresses.city", "addresses.country",
    ];

    public async Task<TrytonCustomer> FindOrMakeAsync(Order order)
    {
        var address = await WriteAsync(order.ShipTo);
        if (await FindAsync(order.Buyer) is { } known)
        {
            return await AtAsync(known, address);
        }

        try
        {
            await talk.CreateAsync(Model, Write(order, address), effect: false);
        }
        catch (TrytonStopException e) when (e.Kind == TrytonStop.Refused)
        {
            if (await FindAsync(order.Buyer) is { } made)
            {
                // By somebody else, at the same moment.
                return await AtAsync(made, address);
            }

            throw;
        }

        return await FindAsync(order.Buyer) is { } party
            ? await AtAsync(party, address)
            : throw new TrytonStopException(TrytonStop.Unknown, "The customer was made in Tryton and is not found there.");
    }

    private async Task<JsonElement?> FindAsync(Contact buyer)
    {
        var email = buyer.Email.Trim();
        var mail = new JsonArray
        {
            TrytonJson.Where("type", "=", "email"),
            TrytonJson.Where("value", "in", TrytonJson.List(email, email.ToLowerInvariant())),
        };
        var who = TrytonJson.Or(TrytonJson.Where("code", "=", CodeOf(buyer)), TrytonJson.Where("contact_mechanisms", "where", mail));
        return await talk.SearchAsync(Model, [who], Fields, limit: 1) is [var party] ? party : null;
    }

    /// <summary>The customer's address that is the same, or a new one.</summary>
    private async Task<TrytonCustomer> AtAsync(JsonElement party, JsonObject address)
    {
        var id = party.GetProperty("id").GetInt32();
        foreach (var known in party.GetProperty("addresses.").EnumerateArray())
        {
            if (address.All(field => Same(known.GetProperty(field.Key), field.Value)))
            {
                return new TrytonCustomer(id, known.GetProperty("id").GetInt32());
            }
        }

        address["party"] = id;
        return new TrytonCustomer(id, await talk.CreateAsync("party.address", address, effect: false));
    }

    private static bool Same(JsonElement known, JsonNode? wanted) => known.ValueKind switch
    {
        JsonValueKind.Null => wanted is null || wanted.ToString().Length == 0,
        JsonValueKind.Number => wanted?.GetValueKind() == JsonValueKind.Number && known.GetInt32() == wanted.GetValue<int>(),
        _ => known.ToString() == (wanted?.ToString() ?? ""),
    };

    private async Task<JsonObject> WriteAsync(Address to)
    {
        var country = await talk.IdOfAsync("country.country", "code", to.Country);
        var place = to.Region is { Length: > 0 } region ? $"{to.City}, {region}" : to.City;
        return new JsonObject
        {
            ["party_name"] = to.Name,
            ["name"] = to.Company,
            ["street"] = to.Street2 is { Length: > 0 } second ? $"{to.Street}\n{second}" : to.Street,
            ["postal_code"] = to.Zip,

            // A Tryton whose list of countries was never filled must not lose the country.
            ["city"] = country is null ? $"{place}, {to.Country}" : place,
            ["country"] = country,
        };
    }

    private static JsonObject Write(Order order, JsonObject address)
    {
        var ways = new JsonArray { new JsonObject { ["type"] = "email", ["value"] = order.Buyer.Email.Trim() } };
        if (order.ShipTo.Phone is { Length: > 0 } phone)
        {
            ways.Add(new JsonObject { ["type"] = "other", ["value"] = phone });
        }

        return new JsonObject
        {
            ["name"] = order.Buyer.Name,
            ["code"] = CodeOf(order.Buyer),
            ["contact_mechanisms"] = new JsonArray { new JsonArray { "create", ways } },
            ["addresses"] = new JsonArray { new JsonArray { "create", new JsonArray { address.DeepClone() } } },
        };
    }

    /// <summary>16 digits of the address's hash: it tells the address to nobody.</summary>
    private static string CodeOf(Contact buyer) =>
        "HUB-" + Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(buyer.Email.Trim().ToLowerInvariant()))[..8]);
}

/// <summary>The ids of a customer and of one of his addresses.</summary>
internal sealed record TrytonCustomer(int Party, int Address);
