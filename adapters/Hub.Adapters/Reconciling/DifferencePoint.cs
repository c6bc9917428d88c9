using Hub.Orders;

namespace Hub.Adapters.Reconciling;

/// <summary>What a difference points to, as far as the order itself can tell.</summary>
internal static class DifferencePoint
{
    public const string Parked = "parked";
    public const string DeadLetter = "dead letter";
    public const string UnderWay = "under way";
    public const string History = "before the intake";
    public const string Observed = "old export";
    public const string VoidedLabel = "voided label";
    public const string Cancelled = "cancelled";
    public const string NotAsked = "not asked";
    public const string Unexplained = "unexplained";

    /// <param name="before">Whether an order at that status need not be there yet.</param>
    public static (string Point, string? Detail) Of(DayOrder order, Func<OrderStatus, bool> before) => order.State switch
    {
        { Status: OrderStatus.Parked } => (Parked, order.State.Reason),
        { Status: OrderStatus.Observed } => (Observed, order.State.Reason),
        { Status: OrderStatus.NotBooked } => (History, order.State.Reason),
        { Status: OrderStatus.Cancelled } => (Cancelled, order.State.Reason),
        _ when order.Letter is { } letter => (DeadLetter, $"{letter.Id}: {letter.Reason}"),
        { Cancelling: { } why } => (UnderWay, $"It is being cancelled: {why}."),
        _ when before(order.State.Status) => (UnderWay, order.View.Waiting ?? order.State.Reason),
        _ => (Unexplained, $"The hub holds it as {order.State.Status.Text()}{(order.State.Sale is { } sale ? $", booked as {sale}" : "")}."),
    };

    public static bool BeforeTheShop(OrderStatus status) => status is OrderStatus.Fetched;

    public static bool BeforeTheSale(OrderStatus status) => status is OrderStatus.Fetched or OrderStatus.Entered or OrderStatus.Received;

    public static bool BeforeTheLabel(OrderStatus status) => BeforeTheSale(status) || status is OrderStatus.Booked or OrderStatus.PartlyShipped;

    public static bool BeforeTheConfirmation(OrderStatus status) => BeforeTheLabel(status) || status is OrderStatus.Shipped;
}
