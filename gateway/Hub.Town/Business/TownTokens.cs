namespace Hub.Town.Business;

/// <summary>The bearer tokens that the town's business systems ask for. They guard nothing but a game.</summary>
public static class TownTokens
{
    public const string Erp = "town-erp";

    public const string Crm = "town-crm";

    public const string Carrier = "town-carrier";

    public const string Marketplace = "town-marketplace";
}
