using System.Collections.Immutable;

namespace Hub.Control.Protocol;

/// <summary>Asks for all that is kept of a buyer, or to forget it: <c>POST /api/customers/export | erase</c>. In a body, so that no log of addresses holds it.</summary>
/// <param name="Email">The buyer's e-mail address.</param>
/// <param name="By">Who asks; control fills it in.</param>
public sealed record CustomerRequest(string Email, string? Reason = null, string? By = null);

/// <summary>What became of an erasure.</summary>
/// <param name="Erased">Orders that hold nothing of the buyer any more.</param>
/// <param name="UnderWay">Orders that are on their way or parked: they need the address. Erase again when they have come to their end.</param>
/// <param name="Contacts">Connectors that keep contacts, and what each said; empty while an order is under way.</param>
public sealed record ErasedCustomer(ImmutableArray<string> Erased, ImmutableArray<string> UnderWay, ImmutableArray<ErasedContact> Contacts);

/// <summary>What a connector's vendor made of it.</summary>
/// <param name="Done">It knows the buyer no more.</param>
public sealed record ErasedContact(string Connector, bool Done, string Said);

/// <summary>All that the adapters plane keeps of a buyer.</summary>
public sealed record CustomerExport(string Email, DateTimeOffset At, ImmutableArray<ExportedOrder> Orders);

/// <summary>All texts that are kept of one order: its state, the messages and commands that it came and went by, its journal, its dead letters.</summary>
public sealed record ExportedOrder(string Key, ImmutableArray<ExportedText> Texts);

/// <summary>A text that is kept.</summary>
/// <param name="In">Where: <c>state</c>, <c>message</c>, <c>effect</c>, <c>deadLetter</c>, …</param>
/// <param name="Kind">Of what message, command or step.</param>
public sealed record ExportedText(string In, string Kind, string Text);
