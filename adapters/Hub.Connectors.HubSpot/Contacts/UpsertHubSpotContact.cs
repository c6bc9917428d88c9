using System.Collections.Immutable;
using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.HubSpot.Contacts;

/// <summary>A buyer becomes a contact, known by e-mail address; the same one again overwrites its name.</summary>
internal sealed class UpsertHubSpotContact(IHubSpotApi api, VendorCalls calls, HubSpotOptions options) : IContactBook
{
    private const string Email = "email";

    public Task<CallOutcome<Contact>> UpsertAsync(Contact contact, CancellationToken cancellationToken) => calls.AskAsync(
        async cancel =>
        {
            var batch = await api.UpsertContactsAsync(new HubSpotUpsert([new HubSpotContact(contact.Email, Email, Properties(contact))]), cancel);
            return batch switch
            {
                { Errors: [var error, ..] } => HubSpotAnswers.ToOutcome(error, contact),
                { Results: [_, ..] } => new CallOutcome<Contact>.Done(contact),
                _ => new CallOutcome<Contact>.Unknown("HubSpot answered with neither a contact nor an error."),
            };
        },
        answer => HubSpotAnswers.Read(answer, contact), cancellationToken);

    /// <summary>
    /// Looked up first: an address that HubSpot does not know would be put on its block list by the erasure, and could never become a contact again.
    /// </summary>
    public Task<CallOutcome<Contact>> EraseAsync(Contact contact, CancellationToken cancellationToken) => calls.AskAsync(
        async cancel =>
        {
            var batch = await api.ReadContactsAsync(new HubSpotRead(Email, [Email], [new HubSpotId(contact.Email)]), cancel);
            if (batch.Errors.FirstOrDefault(error => error.Category is not "OBJECT_NOT_FOUND") is { } error)
            {
                return HubSpotAnswers.ToOutcome(error, contact);
            }

            foreach (var found in batch.Results)
            {
                await api.EraseContactAsync(new HubSpotErasure(found.Id), cancel);
            }

            return new CallOutcome<Contact>.Done(contact);
        },
        answer => HubSpotAnswers.Read(answer, contact), cancellationToken);

    /// <summary>HubSpot parts names in two, the shop does not: the last word is the family name, of a single word there is none.</summary>
    private ImmutableDictionary<string, string> Properties(Contact contact)
    {
        var name = contact.Name.Trim();
        var gap = name.LastIndexOf(' ');
        var properties = ImmutableDictionary<string, string>.Empty
            .Add(Email, contact.Email)
            .Add("firstname", gap < 0 ? name : name[..gap].TrimEnd());
        properties = gap < 0 ? properties : properties.Add("lastname", name[(gap + 1)..]);
        return options.CustomerProperty is { } property && contact.Id is { } id ? properties.Add(property, id) : properties;
    }
}
