using System.Text.Json;
using System.Text.Json.Nodes;

namespace Hub.Connectors.Tryton;

/// <summary>The calls of one use case. It remembers whether one of them may have had an effect.</summary>
internal sealed class TrytonTalk(TrytonCalls calls, CancellationToken cancellationToken)
{
    /// <summary>True from the first effect on that took place, or may have.</summary>
    public bool HadEffect { get; private set; }

    /// <summary>Records that a search finds, with the fields named; the lowest id first, unless it is said otherwise.</summary>
    /// <param name="with">What is added to the context.</param>
    public async Task<JsonElement[]> SearchAsync(string model, JsonArray domain, IEnumerable<string> fields, int? limit = null, JsonObject? with = null, string by = "id ASC")
    {
        var order = new JsonArray { TrytonJson.List(by.Split(' ')) };
        var found = await SendAsync($"model.{model}.search_read", [domain, 0, limit, order, TrytonJson.List(fields)], with);
        return [.. found.EnumerateArray()];
    }

    /// <summary>The id of the record that has this value, or null. Once found, it is remembered.</summary>
    public async Task<int?> IdOfAsync(string model, string field, string value)
    {
        if (calls.TryGetId(model, field, value, out var known))
        {
            return known;
        }

        if (await SearchAsync(model, [TrytonJson.Where(field, "=", value)], ["id"], limit: 1) is not [var found])
        {
            return null;
        }

        var id = found.GetProperty("id").GetInt32();
        calls.KeepId(model, field, value, id);
        return id;
    }

    /// <summary>When a record of the model was made or written last, by Tryton's clock; null where there is none.</summary>
    public async Task<DateTimeOffset?> LatestAsync(string model)
    {
        DateTimeOffset? latest = null;
        foreach (var field in (string[])["write_date", "create_date"])
        {
            if (await SearchAsync(model, [TrytonJson.Where(field, "!=", null)], [field], limit: 1, by: $"{field} DESC") is [var newest]
                && TrytonJson.Time(newest.GetProperty(field)) is { } time && !(time < latest))
            {
                latest = time;
            }
        }

        return latest;
    }

    /// <summary>Makes a record.</summary>
    /// <param name="effect">False for what is found again and does no harm alone: a customer without a sale.</param>
    /// <returns>Its id.</returns>
    public async Task<int> CreateAsync(string model, JsonObject values, bool effect = true) =>
        (await WriteAsync($"model.{model}.create", [new JsonArray { values }], effect))[0].GetInt32();

    /// <summary>Presses a record's button, or deletes it.</summary>
    public Task ActAsync(string model, string action, int id) => WriteAsync($"model.{model}.{action}", [TrytonJson.List([id])], effect: true);

    private async Task<JsonElement> WriteAsync(string method, JsonArray parameters, bool effect)
    {
        try
        {
            var result = await SendAsync(method, parameters, with: null);
            HadEffect |= effect;
            return result;
        }
        catch (TrytonStopException e) when (e.Kind == TrytonStop.Unknown)
        {
            HadEffect |= effect;
            throw;
        }
    }

    private async Task<JsonElement> SendAsync(string method, JsonArray parameters, JsonObject? with)
    {
        var context = JsonObject.Create(await calls.ContextAsync(cancellationToken))!;
        foreach (var (name, value) in with ?? [])
        {
            context[name] = value?.DeepClone();
        }

        parameters.Add(context);
        return await calls.CallAsync(method, parameters, cancellationToken);
    }
}
