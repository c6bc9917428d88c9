using Hub.Commerce;
using Hub.Connectors.Http;

namespace Hub.Connectors.Town.Crm;

/// <summary>A buyer becomes a contact, known by e-mail address.</summary>
internal sealed class UpsertTownContact(ITownCrmApi crm, VendorCalls calls) : IContactBook
{
    public Task<CallOutcome<Contact>> UpsertAsync(Contact contact, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            await crm.PutContactAsync(contact.Email, new TownContact(contact.Name), cancel);
            return contact;
        },
        cancellationToken);

    public Task<CallOutcome<Contact>> EraseAsync(Contact contact, CancellationToken cancellationToken) => calls.CallAsync(
        async cancel =>
        {
            await crm.DeleteContactAsync(contact.Email, cancel);
            return contact;
        },
        cancellationToken);
}
