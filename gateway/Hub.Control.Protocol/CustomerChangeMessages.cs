namespace Hub.Control.Protocol;

/// <summary>A customer was made or changed in the shop: <c>POST /api/customers</c>. The CRM is told, the changes of one e-mail address in their order.</summary>
/// <param name="Id">The shop's id of the customer.</param>
/// <param name="Change">Which change it is: the same one again is passed over. Null: each post is one.</param>
public sealed record TakeCustomer(string Email, string? Name = null, string? Id = null, string? Change = null);
