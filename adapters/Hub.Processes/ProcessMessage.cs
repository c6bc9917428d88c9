namespace Hub.Processes;

/// <summary>A message to a process: taken in once, handled in the order in which those of its key came.</summary>
/// <param name="Process">The process's name: <c>order</c>.</param>
/// <param name="Key">Which one of them: an order's key.</param>
/// <param name="Id">Unique for process and key; a message whose id was taken in before is passed over.</param>
/// <param name="Kind">What it says, for the journal and dead letters.</param>
/// <param name="Body">JSON.</param>
public sealed record ProcessMessage(string Process, string Key, string Id, string Kind, string Body);
