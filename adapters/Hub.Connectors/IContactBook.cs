using Hub.Commerce;

namespace Hub.Connectors;

/// <summary>Knows people by e-mail address: a CRM. Telling it twice does no harm.</summary>
public interface IContactBook
{
    Task<CallOutcome<Contact>> UpsertAsync(Contact contact, CancellationToken cancellationToken);

    /// <summary>Forgets the person, where the vendor can; a person that it doesn't know is <see cref="CallOutcome{T}.Done"/>.</summary>
    Task<CallOutcome<Contact>> EraseAsync(Contact contact, CancellationToken cancellationToken);
}
