namespace Hub.Commerce;

/// <summary>Who bought.</summary>
/// <param name="Email">The address that a CRM knows a person by.</param>
/// <param name="Name">As the person gave it.</param>
/// <param name="Id">The shop's id of the customer; null for a guest.</param>
public sealed record Contact(string Email, string Name, string? Id = null);
