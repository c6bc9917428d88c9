using Hub.Commerce;

namespace Hub.Orders;

/// <summary>Tell the CRM who bought. No order waits for it.</summary>
public sealed record UpsertContact(Contact Contact) : OrderCommand;
