namespace MLPipeline.Export.Converters;

/// <summary>Dropout, which does nothing once a network is trained.</summary>
internal static class Dropouts
{
    [Converts("functional.dropout", "functional.dropout1d", "functional.dropout2d", "functional.dropout3d", "functional.alpha_dropout", "functional.feature_alpha_dropout")]
    internal static string Dropout(ConversionContext c) => c.Bool("training", fallback: true)
        ? throw new ConversionException("it drops elements at random even in evaluation mode; pass training: this.training")
        : c.Op("Identity", [c.Tensor("input")]);
}
