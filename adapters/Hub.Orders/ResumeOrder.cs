namespace Hub.Orders;

/// <summary>A person has seen to what parked the order: what did not succeed is asked for again.</summary>
/// <param name="Reason">Who, and what was done; for the journal.</param>
public sealed record ResumeOrder(string Reason) : OrderMessage;
