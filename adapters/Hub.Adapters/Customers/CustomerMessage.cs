using System.Text.Json.Serialization;
using Hub.Commerce;

namespace Hub.Adapters.Customers;

/// <summary>What can happen to a customer on the way to the CRM.</summary>
[JsonDerivedType(typeof(CustomerChanged), nameof(CustomerChanged))]
[JsonDerivedType(typeof(CustomerTold), nameof(CustomerTold))]
[JsonDerivedType(typeof(CustomerNotTold), nameof(CustomerNotTold))]
internal abstract record CustomerMessage;

/// <summary>Made or changed in the shop.</summary>
internal sealed record CustomerChanged(Contact Contact) : CustomerMessage;

/// <summary>The CRM knows.</summary>
internal sealed record CustomerTold : CustomerMessage;

/// <summary>The CRM refused it, or was asked for as long as is reasonable.</summary>
internal sealed record CustomerNotTold(string Reason) : CustomerMessage;
