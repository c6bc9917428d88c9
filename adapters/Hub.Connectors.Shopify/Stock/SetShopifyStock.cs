using System.Collections.Immutable;
using System.Text.Json;
using Hub.Commerce;
using Hub.Connectors.References;
using Hub.Connectors.Shopify.Variants;

namespace Hub.Connectors.Shopify.Stock;

/// <summary>
/// Sets what can be sold, by comparing first: Shopify takes a number only while it still has the one that was read, so that an order of this very moment
/// is not overwritten unseen. What differs already is read again.
/// </summary>
internal sealed class SetShopifyStock(ShopifyCalls calls, ShopifyVariants variants, CrossReferences references, ShopifyOptions options) : IStockSink
{
    private const int Rounds = 4;

    public bool ByLocation => true;

    public int BatchSize => 100;

    /// <summary>Each batch is several calls; the points are counted where they are made.</summary>
    public double CallsPerSecond => 1;

    public Task<CallOutcome<ImmutableArray<NotTaken>>> SetAsync(ImmutableArray<StockLevel> levels, CancellationToken cancellationToken) => variants
        .FindAsync(levels.Select(level => level.Sku), cancellationToken)
        .ThenAsync(found => SetAsync(levels, found, cancellationToken));

    private async Task<CallOutcome<ImmutableArray<NotTaken>>> SetAsync(
        ImmutableArray<StockLevel> levels, Dictionary<Sku, FoundVariant> found, CancellationToken cancellationToken)
    {
        var notTaken = new List<NotTaken>();
        var places = new Dictionary<(string Location, string Item), StockLevel>();
        foreach (var level in levels)
        {
            if ((found[level.Sku].Problem ?? LocationProblem(level)) is { } problem)
            {
                notTaken.Add(new NotTaken(level.Sku, problem));
            }
            else
            {
                // Of two about the same the later counts.
                places[(LocationOf(level)!, found[level.Sku].Variant!.InventoryItem)] = level;
            }
        }

        foreach (var location in places.GroupBy(place => place.Key.Location, place => KeyValuePair.Create(place.Key.Item, place.Value)))
        {
            var outcome = await SetAsync(location.Key, location.ToDictionary(), notTaken, cancellationToken);
            if (outcome is not CallOutcome<bool>.Done)
            {
                return outcome.As<bool, ImmutableArray<NotTaken>>();
            }
        }

        return new CallOutcome<ImmutableArray<NotTaken>>.Done([.. notTaken]);
    }

    /// <summary>Reads and sets the levels of a location, as often as somebody else was faster.</summary>
    private async Task<CallOutcome<bool>> SetAsync(
        string location, Dictionary<string, StockLevel> pending, List<NotTaken> notTaken, CancellationToken cancellationToken)
    {
        for (var round = 0; round < Rounds && pending.Count > 0; round++)
        {
            var outcome = await calls.AskAsync(ShopifyStockQueries.Read(location, pending.Keys), ReadLevels, cancellationToken).ThenAsync(now =>
            {
                var changes = Compare(now, location, pending, notTaken);
                return changes.Count == 0
                    ? Task.FromResult<CallOutcome<bool>>(new CallOutcome<bool>.Done(true))
                    : calls
                        .TellAsync<ShopifyStockSet>(ShopifyStockQueries.Set(options.ApiVersion, location, changes), "inventorySetQuantities", cancellationToken)
                        .ThenAsync(set => Task.FromResult(Settle(set.UserErrors, changes, pending, notTaken)));
            });
            if (outcome is not CallOutcome<bool>.Done)
            {
                return outcome;
            }
        }

        notTaken.AddRange(pending.Values.Select(level => new NotTaken(level.Sku, "Its stock in Shopify changed each time while it was set.", Again: true)));
        return new CallOutcome<bool>.Done(true);
    }

    /// <summary>What has to be set; what is so already, or can't be, is pending no more.</summary>
    private List<(string Item, int From, int To)> Compare(
        Dictionary<string, int?> now, string location, Dictionary<string, StockLevel> pending, List<NotTaken> notTaken)
    {
        var changes = new List<(string Item, int From, int To)>();
        foreach (var (item, level) in pending.ToList())
        {
            var wanted = Math.Max(0, level.Available);
            if (!now.TryGetValue(item, out var available))
            {
                variants.Forget(level.Sku);
                notTaken.Add(new NotTaken(level.Sku, "Shopify has another article of this SKU since a moment.", Again: true));
                pending.Remove(item);
            }
            else if (available is null)
            {
                notTaken.Add(new NotTaken(level.Sku, $"It is not stocked at {location}: tick the location at the product's inventory in Shopify."));
                pending.Remove(item);
            }
            else if (available == wanted)
            {
                pending.Remove(item);
            }
            else
            {
                changes.Add((item, available.Value, wanted));
            }
        }

        return changes;
    }

    /// <summary>One error, and Shopify sets none of them: the named ones are taken out, the rest goes into the next round.</summary>
    private CallOutcome<bool> Settle(
        ImmutableArray<ShopifyUserError> errors, List<(string Item, int From, int To)> changes, Dictionary<string, StockLevel> pending, List<NotTaken> notTaken)
    {
        if (ShopifyAnswers.Words(errors) is not { } said)
        {
            changes.ForEach(change => pending.Remove(change.Item));
            return new CallOutcome<bool>.Done(true);
        }

        foreach (var error in errors.Where(error => error.Code is not ("COMPARE_QUANTITY_STALE" or "CHANGE_FROM_QUANTITY_STALE")))
        {
            if (error.Code is "IDEMPOTENCY_CONCURRENT_REQUEST")
            {
                return new CallOutcome<bool>.NotDone(said);
            }

            if (error.Place is not { } place || place >= changes.Count)
            {
                return new CallOutcome<bool>.Refused(said);
            }

            if (pending.Remove(changes[place].Item, out var level))
            {
                variants.Forget(level.Sku);
                notTaken.Add(new NotTaken(level.Sku, $"Shopify says: {error.Message} ({error.Code})"));
            }
        }

        return new CallOutcome<bool>.Done(true);
    }

    private static CallOutcome<Dictionary<string, int?>> ReadLevels(JsonElement data) => new CallOutcome<Dictionary<string, int?>>.Done(
        data.GetProperty("nodes").EnumerateArray()
            .Where(node => node.ValueKind == JsonValueKind.Object)
            .Select(ShopifyJson.Read<ShopifyStockNode>)
            .ToDictionary(node => node.Id, node => node.Available));

    private string? LocationOf(StockLevel level) =>
        (level.Location is { } location ? references.Find(CrossReferences.Locations, location) : options.Location) is { } id ? ShopifyId.Of("Location", id) : null;

    private string? LocationProblem(StockLevel level) => LocationOf(level) is not null ? null
        : level.Location is { } location ? new MissingReferenceException(references.Connector, CrossReferences.Locations, location).Message
        : $"The source of stock names no place, and {references.Connector} has no Location in its config: set it to the id of the location in Shopify.";
}
