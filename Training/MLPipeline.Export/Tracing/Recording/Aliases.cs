#pragma warning disable IDE0005 // The former name, for converters that are being written.
global using Affine = MLPipeline.Export.Tracing.Recording.SymbolicNumber;
