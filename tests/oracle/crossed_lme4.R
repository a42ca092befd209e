# Makes crossed_lme4.csv from crossed_rows.csv with R's lme4: in tests/oracle, `Rscript crossed_lme4.R`.
# A course is no factor, since a teacher may have had two: its columns are put in place of those of a factor of as many levels.
library(lme4)

rows <- read.csv("crossed_rows.csv")
courses <- as.matrix(rows[grep("^course_", names(rows))])
for (name in c("teacher", "school", "programme")) rows[[name]] <- factor(rows[[name]])
rows$course <- factor(rep_len(seq_len(ncol(courses)), nrow(rows)))

parts <- lFormula(y ~ prior + trained + (1 | teacher) + (1 | school) + (1 | programme) + (1 | course), rows, REML = TRUE)
terms <- parts$reTrms
place <- which(names(terms$cnms) == "course")
terms$Ztlist[[place]] <- as(t(courses), "CsparseMatrix")
terms$Zt <- do.call(rbind, terms$Ztlist)
parts$reTrms <- terms
height <- do.call(mkLmerDevfun, parts)
# Twice: from where a search stops, a second one finds what is left to find.
found <- optimizeLmer(height, optimizer = "bobyqa", control = list(rhoend = 1e-10, maxfun = 1e5))
found <- optimizeLmer(height, optimizer = "bobyqa", start = list(theta = found$par),
                      control = list(rhobeg = 1e-3, rhoend = 1e-12, maxfun = 1e5))
fit <- mkMerMod(environment(height), found, terms, fr = parts$fr)

variances <- as.data.frame(VarCorr(fit))
effects <- ranef(fit, condVar = FALSE)
told <- function(quantity, name, value) data.frame(quantity, name, value)
results <- rbind(
  told("criterion", "", REMLcrit(fit)),
  told("variance", variances$grp, variances$vcov),
  told("coefficient", names(fixef(fit)), fixef(fit)),
  told("coefficient_error", names(fixef(fit)), sqrt(diag(as.matrix(vcov(fit))))),
  told("programme", rownames(effects$programme), effects$programme[, 1]),
  told("course", seq_len(ncol(courses)), effects$course[, 1])
)
results$value <- sprintf("%.15g", results$value)

file <- file("crossed_lme4.csv", "w")
writeLines(sprintf("# %s, lme4 %s", R.version.string, packageVersion("lme4")), file)
write.csv(results, file, row.names = FALSE, quote = FALSE)
close(file)
