using System.Collections.Immutable;
using Refit;

namespace Hub.Connectors.HubSpot;

/// <summary>HubSpot as it speaks. Addresses of people stand in bodies only: what is called is shown in lists and logs.</summary>
internal interface IHubSpotApi
{
    /// <returns>Also with 207, where some of the contacts were not taken.</returns>
    [Post("/crm/objects/2026-03/contacts/batch/upsert")]
    Task<HubSpotBatch> UpsertContactsAsync([Body] HubSpotUpsert contacts, CancellationToken cancellationToken);

    [Post("/crm/v3/objects/contacts/batch/read")]
    Task<HubSpotBatch> ReadContactsAsync([Body] HubSpotRead contacts, CancellationToken cancellationToken);

    /// <summary>Forgets a contact for ever, and all that hangs on it.</summary>
    [Post("/crm/v3/objects/contacts/gdpr-delete")]
    Task EraseContactAsync([Body] HubSpotErasure contact, CancellationToken cancellationToken);
}

internal sealed record HubSpotUpsert(ImmutableArray<HubSpotContact> Inputs);

/// <param name="Id">The value of <paramref name="IdProperty"/>.</param>
internal sealed record HubSpotContact(string Id, string IdProperty, ImmutableDictionary<string, string> Properties);

internal sealed record HubSpotRead(string IdProperty, ImmutableArray<string> Properties, ImmutableArray<HubSpotId> Inputs);

internal sealed record HubSpotId(string Id);

internal sealed record HubSpotErasure(string ObjectId);

/// <summary>What became of a batch: those that were taken, and an error for each that was not.</summary>
internal sealed record HubSpotBatch(ImmutableArray<HubSpotId> Results)
{
    public ImmutableArray<HubSpotError> Errors { get; init; } = [];
}

/// <param name="Category"><c>VALIDATION_ERROR</c>, <c>RATE_LIMITS</c>, <c>OBJECT_NOT_FOUND</c> …</param>
internal sealed record HubSpotError(string? Category = null, string? Message = null, string? CorrelationId = null);
