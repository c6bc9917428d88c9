using Refit;

namespace Hub.Connectors.Town.Crm;

/// <summary>The town's CRM as it speaks.</summary>
internal interface ITownCrmApi
{
    [Put("/contacts/{email}")]
    Task PutContactAsync(string email, [Body] TownContact contact, CancellationToken cancellationToken);

    [Delete("/contacts/{email}")]
    Task DeleteContactAsync(string email, CancellationToken cancellationToken);
}

internal sealed record TownContact(string Name);
