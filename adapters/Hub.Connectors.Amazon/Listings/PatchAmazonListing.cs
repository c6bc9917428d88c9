using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.Http;
using Hub.Connectors.References;

namespace Hub.Connectors.Amazon.Listings;

/// <summary>Sets an attribute of an article's listing. It is absolute: told twice it does no harm.</summary>
internal sealed class PatchAmazonListing(IAmazonApi api, VendorCalls calls, AmazonOptions options, CrossReferences references)
{
    /// <summary>How many calls a second Amazon takes, for stock and prices together.</summary>
    public const double PerSecond = 5;

    /// <summary>One after the other; one that Amazon refuses holds up no other.</summary>
    public async Task<CallOutcome<ImmutableArray<NotTaken>>> SetAsync<T>(
        ImmutableArray<T> values, Func<T, Sku> skuOf, Func<T, AmazonPatch> patchOf, CancellationToken cancellationToken, Func<T, string?>? problemOf = null)
    {
        var notTaken = ImmutableArray.CreateBuilder<NotTaken>();
        foreach (var value in values)
        {
            var sku = skuOf(value);
            if (problemOf?.Invoke(value) is { } problem)
            {
                notTaken.Add(new NotTaken(sku, problem));
                continue;
            }

            switch (await SetAsync(sku, patchOf(value), cancellationToken))
            {
                case CallOutcome<Sku>.Refused { Missing: { } missing } refused when values.Length == 1:
                    return new CallOutcome<ImmutableArray<NotTaken>>.Refused(refused.Reason) { Missing = missing };
                case CallOutcome<Sku>.Refused refused:
                    notTaken.Add(new NotTaken(sku, refused.Reason));
                    break;
                case CallOutcome<Sku>.NotDone notDone:
                    return new CallOutcome<ImmutableArray<NotTaken>>.NotDone(notDone.Reason, notDone.After);
                case CallOutcome<Sku>.Unknown unknown:
                    return new CallOutcome<ImmutableArray<NotTaken>>.Unknown(unknown.Reason);
            }
        }

        return new CallOutcome<ImmutableArray<NotTaken>>.Done(notTaken.ToImmutable());
    }

    private Task<CallOutcome<Sku>> SetAsync(Sku sku, AmazonPatch patch, CancellationToken cancellationToken) => calls.AskAsync(
        async cancel =>
        {
            var submission = await api.PatchListingAsync(
                options.Seller, references.Of(CrossReferences.Items, sku.Text), options.Marketplaces[0], new AmazonPatches(options.ProductType, [patch]), cancel);
            return submission.Status switch
            {
                "ACCEPTED" => new CallOutcome<Sku>.Done(sku),
                "INVALID" => new CallOutcome<Sku>.Refused($"Amazon did not take {patch.Path} of {sku}: {Text(submission)}"),
                var other => new CallOutcome<Sku>.Unknown($"Amazon answered with the status '{other}', which is not known here."),
            };
        },
        AmazonAnswers.Read<Sku>, cancellationToken);

    private static string Text(AmazonSubmission submission)
    {
        var errors = (submission.Issues ?? []).Where(issue => issue is { Severity: "ERROR" or null }).Select(issue => $"{issue.Message} ({issue.Code}).").ToList();
        return errors.Count > 0 ? string.Join(' ', errors) : "it says no more.";
    }
}
